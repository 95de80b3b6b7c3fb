"""The commands, one file each: it defines ``COMMAND``, and is called as the command is."""
