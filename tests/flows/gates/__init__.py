"""What every page must be, as rules that give sentences about what is wrong; test_gates.py shows that each sees its fault."""
