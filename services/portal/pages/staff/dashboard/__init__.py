"""How the authority does, in figures and charts."""
