CREATE TABLE "mails" (
	"id" text PRIMARY KEY NOT NULL,
	"encrypted_mail" text NOT NULL,
	"attempts" integer NOT NULL,
	"next_attempt_at" bigint NOT NULL,
	"last_error" text,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "client_grants" ADD COLUMN "updated_at" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "device_codes" ADD COLUMN "connection_id" text;--> statement-breakpoint
ALTER TABLE "resource_server_scopes" ADD COLUMN "created_at" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "token_families" ADD COLUMN "connection_id" text;--> statement-breakpoint
CREATE INDEX "mails_next" ON "mails" USING btree ("next_attempt_at");
--> statement-breakpoint
-- rows of before
UPDATE token_families SET connection_id = coalesce(
  (SELECT sessions.connection_id FROM sessions WHERE sessions.id = token_families.session_id),
  (SELECT identities.connection_id FROM identities WHERE identities.user_id = token_families.user_id AND identities.linked_at IS NULL)
);
