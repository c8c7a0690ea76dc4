"""Posts and units of the ministry, the people who work there, their postings, rights and calendars."""
