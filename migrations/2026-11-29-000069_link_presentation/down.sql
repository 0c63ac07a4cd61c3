ALTER TABLE links DROP COLUMN member_order, DROP COLUMN show_creator, DROP COLUMN description;
