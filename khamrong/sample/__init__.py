"""Sample petitions in great number, for measuring and for training. Nobody in them exists."""
