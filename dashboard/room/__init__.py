"""The room of a class: phones answer what the instructor shows. No page and no server of its own: `routes.py` is put beside one."""
