CREATE TABLE "mails" (
	"id" text PRIMARY KEY NOT NULL,
	"encrypted_mail" text NOT NULL,
	"attempts" integer NOT NULL,
	"next_attempt_at" bigint NOT NULL,
	"last_error" text,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "app_testers" ADD COLUMN "ticket_hash" text;--> statement-breakpoint
ALTER TABLE "app_testers" ADD COLUMN "user_id" text;--> statement-breakpoint
ALTER TABLE "app_testers" ADD COLUMN "accepted_at" bigint;--> statement-breakpoint
ALTER TABLE "client_grants" ADD COLUMN "updated_at" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "pkce" text;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "has_shared_callback" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "device_codes" ADD COLUMN "connection_id" text;--> statement-breakpoint
ALTER TABLE "grants" ADD COLUMN "presented_as" json;--> statement-breakpoint
ALTER TABLE "invitations" ADD COLUMN "inviter_id" text;--> statement-breakpoint
ALTER TABLE "partner_api_clients" ADD COLUMN "secret_known_to" text;--> statement-breakpoint
ALTER TABLE "resource_server_scopes" ADD COLUMN "created_at" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tenant_settings" ADD COLUMN "issuer" text;--> statement-breakpoint
ALTER TABLE "tenant_settings" ADD COLUMN "former_issuers" json;--> statement-breakpoint
ALTER TABLE "tenant_settings" ADD COLUMN "former_issuer_days" integer DEFAULT 30 NOT NULL;--> statement-breakpoint
ALTER TABLE "tenant_settings" ADD COLUMN "third_party_pkce_required" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "token_families" ADD COLUMN "connection_id" text;--> statement-breakpoint
ALTER TABLE "upstream_logins" ADD COLUMN "fresh_since" bigint;--> statement-breakpoint
CREATE INDEX "mails_next" ON "mails" USING btree ("next_attempt_at");--> statement-breakpoint
CREATE INDEX "invitations_inviter" ON "invitations" USING btree ("inviter_id");
--> statement-breakpoint
-- rows of before
UPDATE token_families SET connection_id = coalesce(
  (SELECT sessions.connection_id FROM sessions WHERE sessions.id = token_families.session_id),
  (SELECT identities.connection_id FROM identities WHERE identities.user_id = token_families.user_id AND identities.linked_at IS NULL)
);
--> statement-breakpoint
-- Of two second factors that a race let in, the older one is asked for: it stays.
DELETE FROM "authenticators" WHERE "confirmed_at" IS NOT NULL AND EXISTS (SELECT 1 FROM "authenticators" "older" WHERE "older"."user_id" = "authenticators"."user_id" AND "older"."confirmed_at" IS NOT NULL AND ("older"."created_at" < "authenticators"."created_at" OR ("older"."created_at" = "authenticators"."created_at" AND "older"."id" < "authenticators"."id")));
--> statement-breakpoint
CREATE UNIQUE INDEX "authenticators_confirmed" ON "authenticators" ("user_id") WHERE "confirmed_at" IS NOT NULL;
--> statement-breakpoint
-- Clients without a use for a secret had one.
DELETE FROM client_secrets WHERE client_id IN (SELECT client_id FROM clients WHERE token_endpoint_auth_method IN ('none', 'private_key_jwt'));
--> statement-breakpoint
UPDATE app_testers SET user_id = (
  SELECT users.user_id FROM users
  JOIN identities ON identities.user_id = users.user_id AND identities.linked_at IS NULL
  JOIN connections ON connections.id = identities.connection_id AND connections.strategy = 'auth0' AND connections.area IS NULL
  WHERE lower(users.email) = app_testers.email AND users.email_verified
  ORDER BY users.created_at LIMIT 1);
--> statement-breakpoint
UPDATE app_testers SET accepted_at = created_at WHERE user_id IS NOT NULL;
--> statement-breakpoint
UPDATE "connections" SET "has_shared_callback" = true WHERE "strategy" <> 'auth0';
--> statement-breakpoint
-- The limit of a network was 10 by default: an office behind one address closed itself.
UPDATE "tenant_settings" SET "suspicious_ip_throttling" = jsonb_set("suspicious_ip_throttling"::jsonb, '{stage,pre-login}', '{"max_attempts":100,"rate":9000}')::json WHERE "suspicious_ip_throttling" #>> '{stage,pre-login,max_attempts}' = '10' AND "suspicious_ip_throttling" #>> '{stage,pre-login,rate}' = '90000';
