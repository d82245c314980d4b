{# Tables and views made under their own names. A build is a new file that nobody reads, so dbt's way, which makes each
   beside, renames it and drops what was there, only costs two statements a model. What a build by hand left is dropped
   first, in the same transaction. #}

{% materialization table, adapter='duckdb' %}
    {{ return(made_in_place('table')) }}
{% endmaterialization %}

{% materialization view, adapter='duckdb' %}
    {{ return(made_in_place('view')) }}
{% endmaterialization %}

{% macro made_in_place(type) %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type=type) -%}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% if existing is not none %}
        {% do adapter.drop_relation(existing) %}
    {% endif %}
    {% call statement('main') -%}
        {% if type == 'table' %}
            {{- create_table_as(False, target, compiled_code) }}
        {% else %}
            {{- get_create_view_as_sql(target, compiled_code) }}
        {% endif %}
    {%- endcall %}
    {% do persist_docs(target, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmacro %}
