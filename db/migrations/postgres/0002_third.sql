CREATE TABLE "identity_changes" (
	"id" text PRIMARY KEY NOT NULL,
	"client_id" text,
	"user_id" text NOT NULL,
	"change" text NOT NULL,
	"subject" text NOT NULL,
	"allowed_at" bigint,
	"allowed_by_subject_at" bigint,
	"done_at" bigint,
	"undo_hash" text,
	"kept" json,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
DROP INDEX "audit_events_client";--> statement-breakpoint
DROP INDEX "audit_events_user";--> statement-breakpoint
DROP INDEX "audit_events_partner";--> statement-breakpoint
DROP INDEX "audit_events_connection";--> statement-breakpoint
DROP INDEX "audit_events_ip";--> statement-breakpoint
DROP INDEX "token_families_grant";--> statement-breakpoint
DROP INDEX "token_families_session";--> statement-breakpoint
DROP INDEX "token_families_device";--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "former_security_mode" text;--> statement-breakpoint
ALTER TABLE "clients" ADD COLUMN "document_fresh_until" bigint;--> statement-breakpoint
ALTER TABLE "identities" ADD COLUMN "issuer" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "credential_epoch" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "identity_changes" ADD CONSTRAINT "identity_changes_user_id_users_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "identity_changes_undo" ON "identity_changes" USING btree ("undo_hash");--> statement-breakpoint
CREATE INDEX "identity_changes_user" ON "identity_changes" USING btree ("user_id","client_id");--> statement-breakpoint
CREATE INDEX "identity_changes_expires" ON "identity_changes" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "token_families_connection" ON "token_families" USING btree ("connection_id") WHERE "token_families"."connection_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_client" ON "audit_events" USING btree ("client_id","id") WHERE "audit_events"."client_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_user" ON "audit_events" USING btree ("user_id","id") WHERE "audit_events"."user_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_partner" ON "audit_events" USING btree ("partner_id","id") WHERE "audit_events"."partner_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_connection" ON "audit_events" USING btree ("connection_id","id") WHERE "audit_events"."connection_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_events_ip" ON "audit_events" USING btree ("ip","id") WHERE "audit_events"."ip" is not null;--> statement-breakpoint
CREATE INDEX "token_families_grant" ON "token_families" USING btree ("grant_id") WHERE "token_families"."grant_id" is not null;--> statement-breakpoint
CREATE INDEX "token_families_session" ON "token_families" USING btree ("session_id") WHERE "token_families"."session_id" is not null;--> statement-breakpoint
CREATE INDEX "token_families_device" ON "token_families" USING btree ("device_credential_id") WHERE "token_families"."device_credential_id" is not null;