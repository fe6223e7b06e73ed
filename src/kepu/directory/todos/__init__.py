"""To-do items: what somebody has to do, until when, and where; they close by themselves."""
