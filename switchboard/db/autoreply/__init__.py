"""Autoreplies kept: found for new absences, told by e-mail, set at the mail server and taken away, compared with it."""
