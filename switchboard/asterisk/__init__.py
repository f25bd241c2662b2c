"""Asterisk behind the ports: ARI requests and events, AMI."""
