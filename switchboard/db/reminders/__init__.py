"""What a colleague is asked for by e-mail: an absence when they do not answer, a greeting of their own."""
