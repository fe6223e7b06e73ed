"""To-do items: who, what, until when; they close by themselves."""
