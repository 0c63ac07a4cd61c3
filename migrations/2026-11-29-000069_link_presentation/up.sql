-- What the page of a link says about it, whether it names the creator, and the order in which it shows members unless the
-- visitor chooses another.
ALTER TABLE links
    ADD COLUMN description text,
    ADD COLUMN show_creator boolean NOT NULL DEFAULT false,
    ADD COLUMN member_order text NOT NULL DEFAULT 'position';

-- Not checked for the rows that are there, which have the default.
ALTER TABLE links ADD CONSTRAINT links_member_order_check
    CHECK (member_order IN ('position', 'name', 'newest', 'oldest')) NOT VALID;
