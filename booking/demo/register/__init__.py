"""What the demo has on the register of idle places, and the longer hours that it grants."""
