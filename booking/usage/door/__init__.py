"""What stands at a door: devices that tell what happened there, and pages that show what is on."""
