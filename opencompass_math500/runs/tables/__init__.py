"""Files of rows with a response each: JSON Lines, packed or not, and parquet, of whichever tool."""
