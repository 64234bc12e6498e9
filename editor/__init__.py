"""The staff's side: HTTP in front of the workflow; decides nothing itself."""
