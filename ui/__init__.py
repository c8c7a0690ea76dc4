"""The look of the house: icons, template tags and the page of examples. No models, knows no other room."""
