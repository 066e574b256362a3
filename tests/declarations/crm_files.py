"""The small CRM an author reads first, without its views."""

CORE_MANIFEST = 'name: Core\nidentifier: core\nversion: "1.0"\n'

MANIFEST = """\
name: CRM
identifier: crm
version: "1.0"
category: sales
description: Leads and the sales pipeline.
dependencies: [core]
"""

STAGE = """\
model: CrmStage
label: Stage
order_by: [sequence]

fields:
  name: {type: Char, required: true, translate: true}
  sequence: {type: Integer, default: 10}
  is_won: {type: Boolean, default: false}
"""

LEAD = """\
# yaml-language-server: $schema=../../schemas/model.json
model: CrmLead
label: Lead
order_by: [-id]

fields:
  name: {type: Char, required: true, max_length: 120}
  email: Email
  stage: {type: ManyToOne, to: CrmStage, required: true, on_delete: restrict}
  salesperson: {type: ManyToOne, to: User, index: true}
  expected_revenue: {type: Decimal, digits: [16, 2], default: 0}
  probability: {type: Decimal, digits: [5, 2], required: true, default: 10}
  weighted_revenue:
    type: Decimal
    digits: [16, 2]
    compute: expected_revenue * probability / 100
    store: true
  score: {type: Integer, compute: [probability, stage.sequence], store: true}

checks:
  probability_range:
    where: Q(probability__gte=0) & Q(probability__lte=100)
    message: Probability must be between 0 and 100.

unique:
  email_once: [email]
  name_and_stage: {fields: [name, stage], message: This lead exists already.}

indexes:
  by_name: [name, stage]
"""

EXTENSION = """\
extend: CrmLead
fields:
  hotness: {type: Integer, compute: [probability, email], store: true, index: true}
  name: {label: Title, max_length: 200}
"""

SECURITY = """\
groups:
  crm_user: {label: CRM user}
  crm_manager: {label: CRM manager, implies: [crm_user]}

access:
  CrmStage: {crm_user: [read], crm_manager: all}
  CrmLead:
    crm_user:
      allow: [read, create, update]
      where: Q(salesperson=user) | Q(salesperson__isnull=True)
    crm_manager: all
    crm_guest:
      - {allow: [read], where: Q(stage__is_won=True)}
      - allow: all
        where: Q(salesperson=user)

rules:
  own_company: {model: CrmLead, where: Q(company=company)}
"""

STAGES = """\
records:
  CrmStage:
    stage_new: {name: New, sequence: 1}
    stage_won: {name: Won, sequence: 9, is_won: true}
"""

FILES = {
    "core/manifest.yaml": CORE_MANIFEST,
    "crm/manifest.yaml": MANIFEST,
    "crm/models/lead.yaml": LEAD,
    "crm/models/lead.py": "class CrmLead: ...\n",
    "crm/models/stage.yaml": STAGE,
    "crm/security.yaml": SECURITY,
    "crm/data/stages.yml": STAGES,
}
