"""Material of the programme (资源): what there is, packages of it, where copies lie, and who borrows them."""
