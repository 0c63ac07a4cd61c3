-- Links can show their members in the order in which they were taken.
ALTER TABLE links DROP CONSTRAINT links_member_order_check;
ALTER TABLE links ADD CONSTRAINT links_member_order_check
    CHECK (member_order IN ('position', 'name', 'newest', 'oldest', 'captured')) NOT VALID;
