"""Questions put to other agencies, their answers, hits and their adjudication."""
