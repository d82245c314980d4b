{# What counts for a metric of models/metrics/_metrics.yml: its condition, which stands in
   dbt_project.yml, and how many rows meet it. For queries on mart_outcomes (mentions: mart_mentions)
   in which its columns go by their own names. #}
{% macro counts_for(metric) -%} ({{ var('metrics')[metric] }}) {%- endmacro %}

{% macro counted(metric) -%} count(case when {{ counts_for(metric) }} then 1 end) {%- endmacro %}
