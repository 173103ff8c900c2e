"""The tools over the Model Context Protocol, gates included; needs the extra ``warmline[mcp]``."""
