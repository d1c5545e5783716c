"""What the demo has on the register of idle places."""
