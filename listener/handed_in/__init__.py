"""Reading what people hand over: tables and lines, in the encodings that spreadsheets write."""
