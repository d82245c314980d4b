"""The synthetic corpus: invented outcomes with a known truth, in every format, with as much mess as is asked for."""
