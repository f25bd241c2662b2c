"""What operators must know at once (R3, R4, R38): the queue, the operators, the people, pushed as they change."""
