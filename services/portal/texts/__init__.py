"""What the portal says, in Thai and English. Messages are written in Thai; `en/*.po` hold their translations."""
