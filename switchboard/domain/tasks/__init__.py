"""The life of callback tasks: their steps, who is told of them, and their deadlines."""
