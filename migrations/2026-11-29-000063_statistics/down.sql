DROP TABLE asset_days, link_days;
