"""What the document of a result records, held against what is true of its portfolio."""
