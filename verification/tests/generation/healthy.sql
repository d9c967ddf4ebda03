CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE SCHEMA "Odd Schema";
CREATE TYPE mood AS ENUM ('sad','ok','happy');
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE DOMAIN email_t AS text NOT NULL CHECK (VALUE ~* '^[A-Z0-9._%-]+@[A-Z0-9.-]+[.][A-Z]{2,4}$');
CREATE TABLE tenant (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]{2,30}$'));
CREATE TABLE project (tenant_id uuid NOT NULL REFERENCES tenant, id int NOT NULL, name text NOT NULL, parent_id int, PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, parent_id) REFERENCES project, CHECK (parent_id <> id), UNIQUE (id, tenant_id));
CREATE TABLE task (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL, project_id int NOT NULL, mood mood NOT NULL DEFAULT 'ok', n posint NOT NULL, e email_t,
  tags text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 5), meta jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(meta) = 'object'),
  kind text NOT NULL CHECK (kind IN ('a','b','c')), a int, b int, CHECK (num_nonnulls(a,b) = 1), total int GENERATED ALWAYS AS (coalesce(a,0) + coalesce(b,0)) STORED,
  CHECK (total < 1000), CHECK (kind <> 'c' OR meta ? 'reason'),
  FOREIGN KEY (tenant_id, project_id) REFERENCES project ON DELETE CASCADE, FOREIGN KEY (tenant_id) REFERENCES tenant);
CREATE TABLE booking (id int PRIMARY KEY, room int NOT NULL, during tstzrange NOT NULL CHECK (NOT isempty(during)), EXCLUDE USING gist (room WITH =, during WITH &&));
CREATE TABLE booking2 (id int PRIMARY KEY, room int NOT NULL, s timestamptz NOT NULL, e timestamptz NOT NULL, status text NOT NULL, CHECK (e > s), EXCLUDE USING gist (room WITH =, tstzrange(s, e) WITH &&) WHERE (status <> 'cancelled'));
CREATE TABLE emp (id int PRIMARY KEY, boss int NOT NULL REFERENCES emp DEFERRABLE);
CREATE TABLE x (id int PRIMARY KEY, y_id int NOT NULL);
CREATE TABLE y (id int PRIMARY KEY, x_id int NOT NULL REFERENCES x DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE x ADD FOREIGN KEY (y_id) REFERENCES y DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE "Odd Schema"."We%ird ""T" ("Select" int PRIMARY KEY, "a b" text NOT NULL CHECK ("a b" LIKE 'A%'), "pct%" int NOT NULL CHECK ("pct%" % 5 = 0), UNIQUE ("a b"));
CREATE TABLE part (id bigint NOT NULL, at date NOT NULL, v int CHECK (v BETWEEN 1 AND 3), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2019-01-01') TO ('2019-02-01');
CREATE TABLE hashed (id int PRIMARY KEY, t text NOT NULL) PARTITION BY HASH (id);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); IF NEW.slug IS NULL THEN NEW.slug := 'x' || NEW.id; END IF; RETURN NEW; END $$;
CREATE TABLE trig (id int PRIMARY KEY, slug text NOT NULL UNIQUE, updated_at timestamptz NOT NULL);
CREATE TRIGGER t BEFORE INSERT OR UPDATE ON trig FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TABLE nnd (id int PRIMARY KEY, a int, b int, UNIQUE NULLS NOT DISTINCT (a, b));
CREATE TABLE flags (on_ boolean PRIMARY KEY DEFAULT true CHECK (on_), v text NOT NULL);
CREATE TABLE o2o (tenant_id uuid PRIMARY KEY REFERENCES tenant ON DELETE CASCADE, bio varchar(10) NOT NULL CHECK (length(bio) <= 10));
CREATE TABLE assoc (a int REFERENCES emp, b int REFERENCES emp, role text NOT NULL, PRIMARY KEY (a, b), CHECK (a <> b), CHECK (role = ANY (ARRAY['x','y'])));
CREATE TABLE arc (id int PRIMARY KEY, emp_id int REFERENCES emp, tenant_id uuid REFERENCES tenant, CHECK ((emp_id IS NULL) <> (tenant_id IS NULL)));
CREATE TABLE inter (id int PRIMARY KEY, i interval NOT NULL CHECK (i > '0'::interval AND i < '1 day'::interval), ip inet CHECK (family(ip) = 4), bits bit(4) NOT NULL, pt point, h bytea CHECK (octet_length(h) = 16), d date CHECK (EXTRACT(year FROM d) >= 2015), m money, t time NOT NULL CHECK (t >= '09:00' AND t <= '17:00'), tz text CHECK (tz ~ '^[[:alpha:]]+/[[:alpha:]_]+$'), c char(3) NOT NULL CHECK (c ~ '^[A-Z]{3}$'), hsh char(64) CHECK (length(hsh) = 64 AND hsh ~ '^[0-9a-f]+$'));
CREATE TABLE soft (id int PRIMARY KEY, email text NOT NULL, deleted_at timestamptz);
CREATE UNIQUE INDEX soft_u ON soft (email) WHERE deleted_at IS NULL;
CREATE TABLE uq2 (id int PRIMARY KEY, a int NOT NULL CHECK (a > 0), b int NOT NULL, CHECK (a > 10), UNIQUE (a), UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE trio (id int primary key, a int not null, b int not null, c int not null, d int not null, check (a < b), check (b < c), check (c < d), check (a + b + c + d = 100));
CREATE TABLE addr (id int primary key, country char(2) not null, zip text not null, check (case country when 'US' then zip ~ '^\d{5}$' when 'DE' then zip ~ '^\d{5}$' else length(zip) <= 10 end));
CREATE TABLE js (id int primary key, data jsonb not null check ((data->>'age')::int >= 18), extra json);
CREATE TABLE team (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE hero (id serial PRIMARY KEY, name varchar(50) NOT NULL, email varchar(320) NOT NULL, age int CHECK (age >= 0 AND age < 150),
  team_id bigint NOT NULL REFERENCES team ON DELETE CASCADE, boss_id int REFERENCES hero,
  starts timestamptz NOT NULL, ends timestamptz, price numeric(10,2) CHECK (price > 0),
  CHECK (ends > starts), CHECK (email ~ '^[^@]+@[^@]+$'), CHECK (email = lower(email)), CHECK (btrim(name) <> ''),
  UNIQUE (team_id, name));
CREATE UNIQUE INDEX hero_email ON hero (lower(email)) WHERE age IS NOT NULL;
