"""One petition, with everything that is known of it and all that may be done."""
