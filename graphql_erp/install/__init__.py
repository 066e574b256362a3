"""The life of tenants and modules: made, brought up to date, dropped."""
