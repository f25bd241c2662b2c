"""Two who talk, and everything that a colleague can do with the other: hold, consult, transfer, park.

Importing it imports no story: the stories of calls use these, and `course` carries on where a talk leads to.
"""
