-- Which pairs are rare is known by statistics, which an index of large tables would long not have.
ANALYZE links, all_assets;
