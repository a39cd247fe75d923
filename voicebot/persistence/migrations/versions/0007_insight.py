"""What was offered and given way, complaints, reasons for default, criteria by name; accounts of a provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_insight"
down_revision = "0006_reports"
branch_labels = None
depends_on = None

_LISTS = ("complaints", "reasons", "objections", "passed", "failed")


def upgrade() -> None:
    op.add_column("console_users", sa.Column("oidc_issuer", sa.Text(), nullable=True))
    op.add_column("console_users", sa.Column("oidc_subject", sa.Text(), nullable=True))
    op.create_unique_constraint("uq_console_users_oidc", "console_users", ["oidc_issuer", "oidc_subject"])
    op.add_column("call_quality", sa.Column("offers", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("call_quality", sa.Column("first_discount", sa.Double(), nullable=True))
    op.add_column("call_quality", sa.Column("best_discount", sa.Double(), nullable=True))
    op.add_column("call_quality", sa.Column("agreed_debt_cents", sa.BigInteger(), nullable=True))
    op.add_column("call_quality", sa.Column("agreed_cents", sa.BigInteger(), nullable=True))
    for name in _LISTS:
        op.add_column(
            "call_quality", sa.Column(name, postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False)
        )
    op.execute(_FILL)
    op.execute("DROP MATERIALIZED VIEW call_reports")
    op.execute(_REPORTS)
    op.execute(_CAUSES)
    op.execute(_CRITERIA)


# What earlier calls tell of themselves: their lines, their agreement, and the scorecard as it was entered.
_FILL = """
UPDATE call_quality q SET
    offers = coalesce((SELECT count(*) FROM call_lines l WHERE l.call_id = q.call_id
                       AND l.acts && ARRAY['MakeOffer', 'MakeTwoOffers']), 0),
    agreed_debt_cents = (SELECT round((a.agreement ->> 'debt_total')::numeric * 100) FROM agreements a
                         WHERE a.call_id = q.call_id AND a.confirmed),
    agreed_cents = (SELECT round((a.agreement ->> 'total')::numeric * 100) FROM agreements a
                    WHERE a.call_id = q.call_id AND a.confirmed),
    reasons = coalesce((SELECT array_agg(DISTINCT each ->> 'kind') FROM
        jsonb_path_query(q.scorecard, '$.measures.reasons_for_default[*]') each), '{}'),
    objections = coalesce((SELECT array_agg(DISTINCT each ->> 'kind') FROM
        jsonb_path_query(q.scorecard, '$.measures.objections[*]') each), '{}'),
    passed = coalesce((SELECT array_agg(each ->> 'id') FROM
        jsonb_path_query(q.scorecard, '$.criteria[*] ? (@.result == "pass")') each), '{}'),
    failed = coalesce((SELECT array_agg(each ->> 'id') FROM
        jsonb_path_query(q.scorecard, '$.criteria[*] ? (@.result == "fail")') each), '{}')
"""

# An account counts for one call only: the debtor's last contact up to the day of the first payment, or the last one of
# all while nothing is paid. So the groups add up, whatever they are grouped by.
_CREDITED = """
WITH contact AS (
    SELECT c.debtor_ref, min((q.started_at AT TIME ZONE 'America/Sao_Paulo')::date) AS first_on
    FROM call_quality q JOIN calls c ON c.id = q.call_id
    WHERE q.contacted AND c.debtor_ref IS NOT NULL GROUP BY 1
), account AS (
    SELECT d.debtor_ref, contact.first_on, min(p.paid_on) AS paid_on,
           greatest(d.principal_cents - coalesce(sum(before.cents), 0), 0) AS placed,
           coalesce(sum(p.cents), 0) AS received,
           d.status = 'paid' AND coalesce(sum(p.cents), 0) > 0 AS cured
    FROM debts d JOIN contact ON contact.debtor_ref = d.debtor_ref
    LEFT JOIN LATERAL (
        SELECT min(y.paid_on) AS paid_on, sum(y.amount_cents) AS cents FROM payments y
        WHERE y.creditor_id = d.creditor_id AND y.contract = d.contract AND y.paid_on >= contact.first_on
    ) p ON true
    LEFT JOIN LATERAL (
        SELECT sum(y.amount_cents) AS cents FROM payments y
        WHERE y.creditor_id = d.creditor_id AND y.contract = d.contract AND y.paid_on < contact.first_on
    ) before ON true
    WHERE d.status <> 'withdrawn'
    GROUP BY d.creditor_id, d.contract, d.debtor_ref, d.principal_cents, d.status, contact.first_on
), credited AS (
    SELECT its.call_id, count(*) AS accounts, sum(a.placed) AS placed, sum(least(a.received, a.placed)) AS received,
           count(*) FILTER (WHERE a.cured) AS cured, count(a.paid_on) AS paid,
           coalesce(sum(a.paid_on - a.first_on), 0) AS days
    FROM account a JOIN LATERAL (
        SELECT q.call_id FROM calls c JOIN call_quality q ON q.call_id = c.id
        WHERE c.debtor_ref = a.debtor_ref AND q.contacted
          AND (a.paid_on IS NULL OR (q.started_at AT TIME ZONE 'America/Sao_Paulo')::date <= a.paid_on)
        ORDER BY q.started_at DESC, q.call_id DESC LIMIT 1
    ) its ON true WHERE a.placed > 0 GROUP BY 1
)
"""
_GROUPS = """
       (q.started_at AT TIME ZONE 'America/Sao_Paulo')::date AS day,
       extract(hour FROM q.started_at AT TIME ZONE 'America/Sao_Paulo')::int AS hour,
       coalesce(q.creditor, '') AS creditor, coalesce(q.segment, '') AS segment,
       coalesce(q.script_version, '') AS script_version
"""
_RESULTS = """
       count(*) AS calls, count(*) FILTER (WHERE q.contacted) AS contacts,
       count(*) FILTER (WHERE q.right_party) AS right_parties, count(*) FILTER (WHERE q.promised) AS promises,
       count(*) FILTER (WHERE a.state IN ('kept', 'broken')) AS matured,
       count(*) FILTER (WHERE a.state = 'kept') AS kept,
       coalesce(sum(r.accounts), 0)::bigint AS accounts, coalesce(sum(r.placed), 0)::bigint AS placed_cents,
       coalesce(sum(r.received), 0)::bigint AS received_cents, coalesce(sum(r.cured), 0)::bigint AS cured,
       coalesce(sum(r.paid), 0)::bigint AS paid, coalesce(sum(r.days), 0)::bigint AS collect_days,
       count(*) FILTER (WHERE q.satisfaction >= 9) AS promoters, count(q.satisfaction) AS asked,
       count(*) FILTER (WHERE q.satisfaction <= 6) AS detractors
"""
_FROM = """
FROM call_quality q
LEFT JOIN agreements a ON q.promised AND a.call_id = q.call_id
LEFT JOIN credited r ON r.call_id = q.call_id
GROUP BY 1, 2, 3, 4, 5;
CREATE UNIQUE INDEX uq_call_reports ON call_reports (day, hour, creditor, segment, script_version);
"""
_REPORTS = f"""
CREATE MATERIALIZED VIEW call_reports AS {_CREDITED} SELECT {_GROUPS}, {_RESULTS},
       count(*) FILTER (WHERE q.offers > 0) AS negotiated, coalesce(sum(q.offers), 0)::bigint AS offers,
       count(*) FILTER (WHERE q.best_discount > q.first_discount) AS conceded,
       count(q.first_discount) AS priced,
       coalesce(round(sum(q.first_discount) * 100), 0)::bigint AS first_discount_points,
       coalesce(round(sum(q.best_discount) * 100), 0)::bigint AS best_discount_points,
       coalesce(sum(q.agreed_debt_cents), 0)::bigint AS agreed_debt_cents,
       coalesce(sum(q.agreed_cents), 0)::bigint AS agreed_cents,
       count(*) FILTER (WHERE q.distress) AS distress, count(*) FILTER (WHERE q.complaints <> '{{}}') AS complaints,
       count(*) FILTER (WHERE q.fatal <> '{{}}') AS fatal, count(q.score) AS scored,
       coalesce(sum(q.score), 0) AS score_sum
{_FROM}
"""

# One row a name in a call's lists: reasons, complaints and objections share a shape, and what came of such calls. Every
# call is counted under each part: under `` alone once, and once under its segment, its script and its hour.
_CAUSES = """
CREATE MATERIALIZED VIEW call_causes AS
SELECT part.name AS part, (q.started_at AT TIME ZONE 'America/Sao_Paulo')::date AS day,
       coalesce(q.creditor, '') AS creditor, part.value, each.what, each.name, count(*)::int AS calls,
       (count(*) FILTER (WHERE q.right_party))::int AS right_parties,
       (count(*) FILTER (WHERE q.promised))::int AS promises,
       (count(*) FILTER (WHERE a.state IN ('kept', 'broken')))::int AS matured,
       (count(*) FILTER (WHERE a.state = 'kept'))::int AS kept
FROM call_quality q
LEFT JOIN agreements a ON q.promised AND a.call_id = q.call_id
CROSS JOIN LATERAL (
    SELECT 'reason' AS what, unnest(q.reasons) AS name
    UNION ALL SELECT 'complaint', unnest(q.complaints)
    UNION ALL SELECT 'objection', unnest(q.objections)
) each
CROSS JOIN LATERAL (VALUES
    ('', ''), ('segment', coalesce(q.segment, '')), ('script_version', coalesce(q.script_version, '')),
    ('hour', extract(hour FROM q.started_at AT TIME ZONE 'America/Sao_Paulo')::int::text)
) part (name, value)
GROUP BY 1, 2, 3, 4, 5, 6;
CREATE UNIQUE INDEX uq_call_causes ON call_causes (part, day, creditor, value, what, name);
"""
_CRITERIA = """
CREATE MATERIALIZED VIEW call_criteria AS
SELECT (q.started_at AT TIME ZONE 'America/Sao_Paulo')::date AS day, coalesce(q.creditor, '') AS creditor, each.id,
       count(*) FILTER (WHERE each.missed) AS failed, count(*) AS applied
FROM call_quality q CROSS JOIN LATERAL (
    SELECT unnest(q.failed) AS id, true AS missed UNION ALL SELECT unnest(q.passed), false
) each
GROUP BY 1, 2, 3;
CREATE UNIQUE INDEX uq_call_criteria ON call_criteria (day, creditor, id);
"""


def downgrade() -> None:
    op.execute("DROP MATERIALIZED VIEW call_criteria")
    op.execute("DROP MATERIALIZED VIEW call_causes")
    op.execute("DROP MATERIALIZED VIEW call_reports")
    for name in reversed(_LISTS):
        op.drop_column("call_quality", name)
    for name in ("agreed_cents", "agreed_debt_cents", "best_discount", "first_discount", "offers"):
        op.drop_column("call_quality", name)
    op.execute(f"CREATE MATERIALIZED VIEW call_reports AS {_CREDITED} SELECT {_GROUPS}, {_RESULTS} {_FROM}")
    op.drop_constraint("uq_console_users_oidc", "console_users", type_="unique")
    op.drop_column("console_users", "oidc_subject")
    op.drop_column("console_users", "oidc_issuer")
