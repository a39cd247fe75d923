"""How the ear for the end of a turn is taught: lines said whole and with a pause inside, heard over our line."""
