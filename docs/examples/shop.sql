CREATE TABLE kunden (id INTEGER PRIMARY KEY, name TEXT, email TEXT, seit TEXT, umsatz INTEGER);
CREATE TABLE bestellungen (nr TEXT PRIMARY KEY, kunde INTEGER, am TEXT, bis TEXT, status TEXT, an TEXT, anschrift TEXT, porto INTEGER, rabatt INTEGER, summe INTEGER);
CREATE TABLE positionen (bestellung TEXT, sku TEXT, name TEXT, menge INTEGER, cent INTEGER);
CREATE TABLE artikel (sku TEXT PRIMARY KEY, gruppe TEXT, name TEXT, art TEXT, marke TEXT, text TEXT, cent INTEGER, bestand INTEGER);
CREATE TABLE regeln (kurz TEXT PRIMARY KEY, titel TEXT, text TEXT);
CREATE TABLE quittungen (schluessel TEXT PRIMARY KEY, art TEXT, inhalt TEXT);
