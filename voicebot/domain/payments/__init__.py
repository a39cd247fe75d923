"""How money is asked for in Brazil: Pix codes (BR Code) and bank slips (boleto). Pure values and check digits."""
