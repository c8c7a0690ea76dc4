"""What is issued: numbers, machine-readable zones, PDFs, letters and the life of each document."""
