"""The workbench (工作台): to-do list first, then the rooms of one's role."""
