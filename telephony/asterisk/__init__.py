"""An Asterisk for the bot: configuration templates, the script that fills them, the script that installs one."""
