"""What sharing saved: baselines, savings of a month, the Party branch's report."""
