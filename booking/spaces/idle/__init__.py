"""The register of idle places 闲置点: what stood empty, since when, and what was made of it."""
