"""Working days of the Chinese calendar, holidays and moved working days (调休) as data, never by guess."""
