"""HTTP: health, metrics, the API and recorded audio."""
