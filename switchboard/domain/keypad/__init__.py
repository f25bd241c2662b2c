"""What a colleague does with the keys of a telephone: absences by code and in a menu, and the PIN from outside."""
