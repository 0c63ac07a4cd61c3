-- Names as people sort them: letters by the rules of Unicode, and numbers by their value.
CREATE COLLATION natural_order (provider = icu, locale = 'und-u-kn-true');
