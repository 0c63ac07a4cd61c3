UPDATE links SET member_order = 'oldest' WHERE member_order = 'captured';
ALTER TABLE links DROP CONSTRAINT links_member_order_check;
ALTER TABLE links ADD CONSTRAINT links_member_order_check
    CHECK (member_order IN ('position', 'name', 'newest', 'oldest')) NOT VALID;
