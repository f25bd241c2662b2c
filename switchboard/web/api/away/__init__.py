"""Who is away: absences, the calendars they are read from, and what is answered by mail meanwhile."""
