"""What the petitioner may see and do: their own text and files, answering, withdrawing, rating."""
